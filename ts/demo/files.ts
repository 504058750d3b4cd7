import { Model } from "../index.js";
import { element } from "./element.js";

/** Hands the user a file. */
function download(name: string, bytes: Uint8Array): void {
  const link = document.createElement("a");
  link.download = name;
  link.href = URL.createObjectURL(new Blob([Uint8Array.from(bytes)]));
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 60_000);
}

/** Whether a file is a model. */
export function isModelFile(file: File): boolean {
  return file.name.endsWith(".safetensors");
}

/** The model in a file. */
export async function readModel(file: File): Promise<Model> {
  return Model.fromSafetensors(new Uint8Array(await file.arrayBuffer()), file.name);
}

/** The buttons that save the present model and open another. */
export function connectFiles(present: () => Model | undefined, open: (file: File) => void): void {
  element("save", HTMLButtonElement).addEventListener("click", () => {
    const model = present();
    if (model) download("model.safetensors", model.toSafetensors());
  });
  element("save-onnx", HTMLButtonElement).addEventListener("click", () => {
    const model = present();
    if (model) download("model.onnx", model.toOnnx());
  });
  const input = element("open", HTMLInputElement);
  input.addEventListener("change", () => {
    const [file] = input.files ?? [];
    if (file) open(file);
    input.value = "";
  });
}
