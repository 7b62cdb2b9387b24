import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { isCommand } from '../src/cli/flags.ts';

const read = (name: string): object =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8')) as object;

const ajv = new Ajv2020({ strictTypes: false, strictRequired: false });
ajv.addSchema(read('answers.schema.json'), 'answers.schema.json');
ajv.addSchema(read('output.schema.json'), 'output.schema.json');

/** What `output.schema.json` says of a document of this kind: a command, `error`, `help` or `version`; empty if it is valid. */
export function schemaFaults(kind: string, document: unknown): string {
  const validate = ajv.getSchema(`output.schema.json#/$defs/${kind}`);
  assert.ok(validate, `output.schema.json has no ${kind}`);
  return validate(document) ? '' : ajv.errorsText(validate.errors);
}

/**
 * Checks what a command printed with `--json`: one document, which is as the shipped schema says.
 * @param args its arguments
 * @throws AssertionError
 */
export function checkDocument(args: readonly string[], stdout: string): void {
  const document = JSON.parse(stdout) as object;
  const kind = ['error', 'help', 'version'].find(name => name in document) ?? commandIn(args);
  assert.equal(schemaFaults(kind, document), '', `${kind}: ${stdout.slice(0, 2000)}`);
}

const commandIn = ([first = '']: readonly string[]): string => (isCommand(first) ? first : 'new');
