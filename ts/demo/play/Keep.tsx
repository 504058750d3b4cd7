import type { Model } from "../../index.js";
import { useApp } from "../context.js";

/** Saves the model shown, and opens another. */
export function Keep() {
  const { state, actions } = useApp();
  const words = state.words.value;
  const model = state.model.value;
  const saveOnnx = async (shown: Model) => {
    try {
      const { onnxFileOf } = await import("../onnx-file.js");
      download("model.onnx", onnxFileOf(shown.toSafetensors()));
    } catch (error) {
      actions.fail(error);
    }
  };
  return (
    <section class="keep" aria-labelledby="keep-title">
      <h2 id="keep-title">{words.keep}</h2>
      <p>{words.keepSays}</p>
      <div class="buttons">
        <button
          type="button"
          id="save"
          disabled={!model}
          onClick={() => {
            if (model) download("model.safetensors", model.toSafetensors());
          }}
        >
          {words.saveSafetensors}
        </button>
        <button
          type="button"
          id="save-onnx"
          disabled={!model}
          onClick={() => {
            if (model) void saveOnnx(model);
          }}
        >
          {words.saveOnnx}
        </button>
        <label class="file button">
          {words.openModel}
          <input
            type="file"
            id="open"
            accept=".safetensors"
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file) void actions.openModel(file);
              currentTarget.value = "";
            }}
          />
        </label>
      </div>
    </section>
  );
}

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
