"""Serves a network over HTTP with onnxruntime and Python's own server.

    digitrain export model.safetensors --to model.onnx
    pip install onnxruntime numpy
    python examples/serve_with_onnxruntime.py model.onnx 8000
    tail -c +17 t10k-images-idx3-ubyte | head -c 784 | curl --data-binary @- localhost:8000

A request's body is any number of images, 784 bytes each, 0 = background to 255 = ink; the answer is JSON:
{"labels": [7], "scores": [[...]]}.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy
import onnxruntime

model_path, port = sys.argv[1:]
session = onnxruntime.InferenceSession(model_path, providers=["CPUExecutionProvider"])
inputs = session.get_inputs()[0].shape[1]
LARGEST_BODY = 10_000 * inputs


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        if length == 0 or length % inputs != 0 or length > LARGEST_BODY:
            self.send_error(400, f"the body must hold 1 to 10,000 images of {inputs} bytes")
            return
        pixels = numpy.frombuffer(self.rfile.read(length), numpy.uint8).reshape(-1, inputs)
        (scores,) = session.run(["scores"], {"images": pixels.astype(numpy.float32) / 255})
        answer = json.dumps({"labels": scores.argmax(1).tolist(), "scores": scores.tolist()}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


ThreadingHTTPServer(("localhost", int(port)), Handler).serve_forever()
