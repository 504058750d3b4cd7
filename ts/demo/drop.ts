import { element } from "./element.js";

/** Lets files and folders be dropped anywhere on the page. */
export function onDrop(dropped: (files: File[]) => void, failed: (error: unknown) => void): void {
  const sign = element("drop", HTMLElement);
  let depth = 0;
  const show = (change: number) => {
    depth = Math.max(0, depth + change);
    sign.hidden = depth === 0;
  };
  const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragenter", (event) => {
    if (hasFiles(event)) show(1);
  });
  addEventListener("dragleave", (event) => {
    if (hasFiles(event)) show(-1);
  });
  addEventListener("dragover", (event) => {
    event.preventDefault();
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    show(-depth);
    // Entries must be taken at once: after this turn the list is empty.
    const entries = [...(event.dataTransfer?.items ?? [])].flatMap((item) => item.webkitGetAsEntry() ?? []);
    Promise.all(entries.map((entry) => filesOf(entry))).then((files) => {
      if (files.flat().length > 0) dropped(files.flat());
    }, failed);
  });
}

/** The files in what was dropped, named by their paths. */
async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (entry.name.startsWith(".")) return [];
  if (entry instanceof FileSystemDirectoryEntry) {
    const reader = entry.createReader();
    const entries: FileSystemEntry[] = [];
    // A call gives a hundred at most.
    for (;;) {
      const more = await new Promise<FileSystemEntry[]>((resolve, reject) => {
        reader.readEntries(resolve, reject);
      });
      if (more.length === 0) break;
      entries.push(...more);
    }
    return (await Promise.all(entries.map((one) => filesOf(one)))).flat();
  }
  const file = await new Promise<File>((resolve, reject) => {
    (entry as FileSystemFileEntry).file(resolve, reject);
  });
  return [new File([file], entry.fullPath.replace(/^\//, ""))];
}
