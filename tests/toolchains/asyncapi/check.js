// Reads AsyncAPI documents with the official parser: `node check.js FILE...`.
// Prints one JSON object: per file the channels it found, and what the parser says against it.
import { readFile } from "node:fs/promises";
import { DiagnosticSeverity, Parser } from "@asyncapi/parser";

const results = {};
for (const file of process.argv.slice(2)) {
  const parser = new Parser();
  const { document, diagnostics } = await parser.parse(await readFile(file, "utf8"));
  results[file] = {
    channels: document?.channels().all().map((channel) => channel.address()) ?? null,
    messages: document?.messages().all().map((message) => message.id()) ?? null,
    problems: diagnostics
      .filter(({ severity }) => severity <= DiagnosticSeverity.Warning)
      .map(({ code, message, path }) => `${code}: ${message} (${path.join(".")})`),
  };
}
console.log(JSON.stringify(results));
