import { readFileSync } from "node:fs";
import { remarksOn } from "../../../../ts/data/remarks.js";
import { type Digits, type Form, load, makeDigits } from "./form.js";
import { ARRAY_FORMS } from "./arrays.js";
import { FOLDER_FORMS } from "./folders.js";
import { IDX_FORMS } from "./idx.js";

const SECTIONS: Record<string, readonly Form[]> = {
  "IDX and gzip": IDX_FORMS,
  "npz, npy and others": ARRAY_FORMS,
  "Directories of pictures": FOLDER_FORMS,
};

let digits: Digits;

beforeAll(async () => {
  digits = await makeDigits();
});

describe.each(Object.entries(SECTIONS))("of %s", (section, forms) => {
  it.each(forms.map((form) => [form.what, form] as const))("%s", async (_, form) => {
    const { files, path, options, remarks = [], remark, error } = form;
    const loaded = load(files(digits), path, options);
    if (error !== undefined) {
      await expect(loaded).rejects.toThrow(error);
      return;
    }
    const dataset = await loaded;
    expect(dataset).toMatchObject(form.data?.(digits) ?? { train: digits.train, test: digits.test });
    const found = remarksOn(dataset);
    expect(found.map(({ kind }) => kind)).toEqual(remarks);
    if (remark !== undefined) expect(found.at(-1)?.text).toContain(remark);
  });

  it("is listed in docs/data.md", () => {
    const docs = readFileSync(new URL("../../../../docs/data.md", import.meta.url), "utf8");
    const listed = docs.split(/^## /m).find((text) => text.startsWith(`${section}\n`)) ?? "";
    const rows = [...listed.matchAll(/^\| (.*?) +\| (.*?) +\|$/gm)].map(
      ([, what, done]) => `| ${what} | ${done} |`,
    );
    const head = ["| What people have | What is done |", rows[1] ?? ""];
    expect(rows).toEqual([...head, ...forms.map(({ what, done }) => `| ${what} | ${done} |`)]);
  });
});
