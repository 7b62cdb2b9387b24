import { parseJson } from '../text/json.ts';
import { badRequest, Failure } from '../errors/failure.ts';
import type { ReadFormat } from '../packaging/formats/formats.ts';
import { parseIni } from '../packaging/formats/setup-cfg.ts';
import { isTable, type Table } from '../packaging/formats/source.ts';

/** A file's data, and where things are in it. */
export interface ParsedFile {
  readonly value: Table;
  /** The line of what is at a path of keys and indices; undefined where it is not known. */
  readonly lineOf: (path: readonly (string | number)[]) => number | undefined;
}

/** The parsers by syntax. They are large: each is loaded when a file needs it. */
const parsers: Readonly<Record<ReadFormat['syntax'], (text: string, file: string) => Promise<ParsedFile>>> = {
  toml: async (text, file) => {
    const { lineOfToml, parseToml } = await import('../pyproject/toml.ts');
    const toml = parseToml(text, file);
    return { value: toml.value, lineOf: path => lineOfToml(toml, path) };
  },
  lock: async text => {
    const { parse } = await import('smol-toml');
    return { value: parse(text), lineOf: () => undefined };
  },
  yaml: async text => {
    const { isNode, LineCounter, parseDocument } = await import('yaml');
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines });
    const [error] = document.errors;
    if (error) throw error;
    return {
      value: tableIn(document.toJS()),
      lineOf: path => {
        const node = document.getIn(path, true);
        return isNode(node) && node.range ? lines.linePos(node.range[0]).line : undefined;
      },
    };
  },
  json: async text => ({ value: tableIn(parseJson(text)), lineOf: () => undefined }),
  ini: async text => {
    const { value, lines } = parseIni(text);
    return { value, lineOf: path => lines.get(JSON.stringify(path)) };
  },
};

/** Bound on files that people write. */
const mostCharacters = 1_000_000;

const syntaxes: Readonly<Record<ReadFormat['syntax'], string>> = {
  toml: 'TOML',
  lock: 'TOML',
  yaml: 'YAML',
  json: 'JSON',
  ini: 'an INI file',
};

/**
 * Parses a file of a format.
 * @throws Failure (exit code 2) if it is not valid
 */
export async function parseList(text: string, file: string, { title, syntax }: ReadFormat): Promise<ParsedFile> {
  if (syntax !== 'lock' && text.length > mostCharacters) {
    throw badRequest(
      `${file} has ${text.length} characters; the limit is ${mostCharacters}.`,
      'Remove lines you do not need.',
    );
  }
  try {
    return await parsers[syntax](text, file);
  } catch (error) {
    if (error instanceof Failure) throw error;
    // Parsers quote the file over several lines. Nesting of thousands of levels is a RangeError.
    const [reason = ''] =
      error instanceof RangeError ? ['too many levels for the parser'] : (error as Error).message.split('\n');
    throw badRequest(
      `${file}, ${title}, is not valid ${syntaxes[syntax]}: ${reason.replace(/[.:]$/, '')}.`,
      'Fix the file.',
      error,
    );
  }
}

function tableIn(value: unknown): Table {
  if (isTable(value)) return value;
  throw new Error('it is not a table of keys and values');
}
