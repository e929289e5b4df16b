enum EmbeddedDatasets {}
