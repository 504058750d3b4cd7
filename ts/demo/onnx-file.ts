import { Model } from "../index.js";

/** A model's ONNX file. The page fetches this, and what writes it, when somebody asks for such a file. */
export function onnxFileOf(safetensors: Uint8Array): Uint8Array {
  return Model.fromSafetensors(safetensors).toOnnx();
}
