import Foundation

/// The graph as a file, message by message, with the field numbers of `onnx.proto`.
extension ONNXGraph {
  /// The bytes of an ONNX file: the same for the same content.
  ///
  /// - Parameters:
  ///   - version: The version of the program that made it.
  ///   - metadata: What else a reader should know, by name.
  ///   - limit: The most bytes that a protobuf message may have.
  /// - Returns: A `ModelProto`.
  /// - Throws: `OutputError.tooLarge`.
  package func encoded(
    version: String, metadata: [String: String], limit: Int = Int(Int32.max)
  ) throws(OutputError) -> Data {
    let model = ProtobufMessage {
      $0.add(1, Self.irVersion)
      $0.add(2, "batchwise")  // producer_name
      $0.add(3, version)  // producer_version
      $0.add(7, encodeGraph)
      $0.add(8) {  // opset_import
        $0.add(1, "")  // domain, ONNX's own
        $0.add(2, Self.opset)
      }
      for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
        $0.add(14) {  // metadata_props
          $0.add(1, key)
          $0.add(2, value)
        }
      }
    }
    guard model.bytes.count <= limit else {
      throw .tooLarge(format: "ONNX", bytes: model.bytes.count, limit: limit)
    }
    return model.bytes
  }

  private func encodeGraph(_ graph: inout ProtobufMessage) {
    for node in nodes { graph.add(1) { encode(node, into: &$0) } }
    graph.add(2, name)
    for (name, entry) in initializers.sorted(by: { $0.key < $1.key }) {
      graph.add(5) {  // initializer, a TensorProto
        for extent in entry.shape { $0.add(1, extent) }
        $0.add(2, entry.type == "F32" ? Self.float : Self.int64)  // data_type
        $0.add(8, name)
        $0.add(9, entry.bytes)  // raw_data, little-endian
      }
    }
    graph.add(11) { encodeValue("input", input, into: &$0) }
    graph.add(12) { encodeValue("logits", output, into: &$0) }
  }

  private func encode(_ node: Node, into message: inout ProtobufMessage) {
    for input in node.inputs { message.add(1, input) }
    message.add(2, node.output)
    message.add(3, node.output)  // name
    message.add(4, node.operation)  // op_type
    for (name, attribute) in node.attributes.sorted(by: { $0.key < $1.key }) {
      message.add(5) {
        $0.add(1, name)
        // The value's field differs by its type, which field 20 repeats.
        switch attribute {
        case .number(let number):
          $0.add(2, number)
          $0.add(20, 1)
        case .integer(let integer):
          $0.add(3, integer)
          $0.add(20, 2)
        case .text(let text):
          $0.add(4, text)
          $0.add(20, 3)
        case .integers(let integers):
          for integer in integers { $0.add(8, integer) }
          $0.add(20, 7)
        }
      }
    }
  }

  /// A ValueInfoProto: a value's name, and its type float with the extents N and what follows.
  private func encodeValue(_ name: String, _ extents: [Int], into value: inout ProtobufMessage) {
    value.add(1, name)
    value.add(2) {  // type
      $0.add(1) {  // tensor_type
        $0.add(1, Self.float)  // elem_type
        $0.add(2) {  // shape
          $0.add(1) { $0.add(2, "N") }  // dim_param
          for extent in extents { $0.add(1) { $0.add(1, extent) } }  // dim_value
        }
      }
    }
  }

  /// `TensorProto.DataType`.
  private static let float = 1
  private static let int64 = 7
}
