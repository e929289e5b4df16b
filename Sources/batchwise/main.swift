print("batchwise")
