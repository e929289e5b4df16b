extension Dataset {
  /// The names and the bytes of the four IDX files that it is loaded from again.
  ///
  /// Grey images are [N, H, W], and others [N, H, W, C] in files that are called `idx4`.
  package var files: [(name: String, bytes: [UInt8])] {
    let isGrey = shape.channels == 1
    let extents = [shape.height, shape.width] + (isGrey ? [] : [shape.channels])
    return [
      (DatasetFile.trainingImages, DatasetFile.trainingLabels, training),
      (.testImages, .testLabels, test),
    ].flatMap { images, labels, part in
      [
        (
          isGrey ? images.stem : images.stem.replacing("-idx3-", with: "-idx4-"),
          IDXArray.encoded([part.count] + extents, part.pixels)
        ), (labels.stem, IDXArray.encoded([part.count], part.labels)),
      ]
    }
  }

  /// Whether a folder has files of a data set.
  package static func exists(in folder: String) -> Bool {
    !DatasetFolder.sets(in: folder).isEmpty
  }
}
