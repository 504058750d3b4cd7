// Serves a trained network over HTTP: a picture of a digit in, its label and scores out.
//
//     digitrain train --recipe fast --save model.safetensors
//     node examples/serve.ts [model.safetensors [PORT]]
//     curl --data-binary @seven.png localhost:8000
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { decodePicture, DigitrainError, Model, readDigit } from "digitrain";

const LARGEST_BODY = 10_000_000;

const [file = "model.safetensors", port = "8000"] = process.argv.slice(2);
const model = Model.fromFile(await readFile(file), file);

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > LARGEST_BODY) throw new DigitrainError("the picture is larger than 10 MB");
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** PNG and JPEG pictures of any size: what is read becomes MNIST's form first. */
async function classify(request: IncomingMessage) {
  const digit = await readDigit(await decodePicture(await bodyOf(request), "the body"));
  const { label, sure, remark, scores } = model.read(digit);
  return { label, sure, remark, scores: [...scores] };
}

createServer((request, response) => {
  const answer = (status: number, value: object) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  };
  classify(request).then(
    (result) => {
      answer(200, result);
    },
    (error: unknown) => {
      if (error instanceof DigitrainError) answer(400, { error: error.message });
      else answer(500, { error: "the server has failed" });
    },
  );
}).listen(Number(port), () => {
  console.log(`pictures are read at http://localhost:${port}`);
});
