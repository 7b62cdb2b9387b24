import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readDocument } from './read-document.ts';

const document = (...lines: string[]): string => lines.join('\n');

const page = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../docs/${name}.md`, import.meta.url)), 'utf8');

describe('reading the steps of a document', () => {
  it('finds commands, what they print, and files, section by section', () => {
    const text = document(
      '# Start',
      'Only words.',
      '## Write it',
      'Write `app.py`:',
      '```python app.py',
      'print("# no heading")',
      '```',
      '## Run it',
      'It fails with `--fast`:',
      '```sh fails',
      'python3 app.py \\',
      '  --fast',
      '```',
      'It says so:',
      '```text',
      '…',
      'error: --fast',
      '```',
      '```sh stays',
      'serve',
      '```',
    );
    assert.deepEqual(readDocument(text), [
      { title: 'Write it', steps: [{ kind: 'write', path: 'app.py', text: 'print("# no heading")\n', line: 5 }] },
      {
        title: 'Run it',
        steps: [
          {
            kind: 'run',
            command: 'python3 app.py \\\n  --fast',
            ends: 'badly',
            output: ['…', 'error: --fast'],
            line: 10,
          },
          { kind: 'run', command: 'serve', ends: 'not', line: 19 },
        ],
      },
    ]);
  });

  it('reads the tutorial, and finds output for each server in it', () => {
    const steps = readDocument(page('tutorial')).flatMap(section => section.steps);
    const servers = steps.filter(step => step.kind === 'run' && step.ends === 'not');
    assert.ok(servers.length >= 4 && steps.length > 20);
    // It tells when the server is ready.
    for (const step of servers) assert.ok(step.kind === 'run' && step.output, `line ${step.line}`);
  });

  it('reads the page of which test/e2e/machines.e2e.ts takes blocks', () => {
    assert.ok(readDocument(page('scaling')).length >= 3);
  });

  for (const [what, lines, sentence] of [
    ['a block without a language', ['```', 'ls', '```'], 'line 1: a block of  needs the name of a file'],
    [
      'a block of another language',
      ['', '```toml', 'a = 1', '```'],
      'line 2: a block of toml needs the name of a file',
    ],
    [
      'a file that the reader does not see named',
      ['Write it:', '```toml a.toml', 'a = 1', '```'],
      'line 2: the text before it does not name a.toml',
    ],
    ['an unknown word', ['```sh sometimes', 'ls', '```'], 'line 1: unknown words after sh: sometimes'],
    ['output of no command', ['```text', 'ls', '```'], 'line 1: this output follows no command'],
    [
      'a second output',
      ['```sh', 'ls', '```', ...Array(2).fill('```text\na\n```')],
      'line 7: this output follows no command',
    ],
    ['a block without an end', ['```sh', 'ls'], 'line 1: this block does not end'],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => readDocument(document(...lines)), { message: sentence });
    });
  }
});
