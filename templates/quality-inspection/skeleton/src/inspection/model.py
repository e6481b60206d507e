"""The model as a line runs it: ONNX, with onnxruntime and numpy and nothing else."""

import os

# Otherwise it reports its use to its maker from each line, and warns where it cannot write down an id of the machine.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import numpy  # noqa: E402
import onnxruntime  # noqa: E402

from inspection.features import features  # noqa: E402


class Inspection:
    def __init__(self, session):
        self.session = session
        self.threshold = float(session.get_modelmeta().custom_metadata_map["threshold"])

    @classmethod
    def load(cls, path):
        options = onnxruntime.SessionOptions()
        # One part at a time is too little work to share, and threads that wait make the slowest answers slower.
        options.intra_op_num_threads = 1
        return cls(onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"]))

    def probabilities(self, images):
        """How likely each part has a defect."""
        table = features(numpy.asarray(images))
        [probabilities] = self.session.run(["probabilities"], {"X": table})
        return probabilities[:, 1]

    def rejects(self, probability):
        return bool(probability > self.threshold)
