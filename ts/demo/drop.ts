import type { Actions } from "./actions.js";

/** Lets files and folders be dropped anywhere on the page. */
export function listenForDrops(actions: Actions): void {
  const { isDragging } = actions.state;
  let depth = 0;
  const enter = (change: number) => {
    depth = Math.max(0, depth + change);
    isDragging.value = depth > 0;
  };
  const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragenter", (event) => {
    if (hasFiles(event)) enter(1);
  });
  addEventListener("dragleave", (event) => {
    if (hasFiles(event)) enter(-1);
  });
  addEventListener("dragover", (event) => {
    event.preventDefault();
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    enter(-depth);
    // Entries must be taken at once: after this turn the list is empty.
    const entries = [...(event.dataTransfer?.items ?? [])].flatMap((item) => item.webkitGetAsEntry() ?? []);
    Promise.all(entries.map(filesOf)).then(
      (files) => void actions.useFiles(files.flat()),
      (error: unknown) => {
        actions.fail(error);
      },
    );
  });
}

/** Chromium has no class by these names to ask about: the entry says itself what it is. */
function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

/** The files in what was dropped, named by their paths. */
async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (entry.name.startsWith(".")) return [];
  if (isDirectory(entry)) {
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
    return (await Promise.all(entries.map(filesOf))).flat();
  }
  if (!isFile(entry)) return [];
  const file = await new Promise<File>((resolve, reject) => {
    entry.file(resolve, reject);
  });
  return [new File([file], entry.fullPath.replace(/^\//, ""))];
}
