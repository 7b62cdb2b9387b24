import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const { documentFaults, markdownBelow } = (await import(join(root, 'tools/check-docs.mjs'))) as {
  documentFaults: (documents: ReadonlyMap<string, string>, exists?: (path: string) => boolean) => readonly string[];
  markdownBelow: (folder: string) => ReadonlyMap<string, string>;
};

/** The faults of pages, each given by its lines. */
function faultsOf(pages: Readonly<Record<string, readonly string[]>>): readonly string[] {
  const documents = new Map(Object.entries(pages).map(([path, lines]) => [path, lines.join('\n')]));
  return documentFaults(documents, path => documents.has(path) || path === 'src/a.ts');
}

const shown = (...lines: readonly string[]): readonly string[] => ['```sh', ...lines, '```'];

describe('the check of documents', () => {
  it('reads every page of this repository', () => {
    const paths = [...markdownBelow(root).keys()];
    for (const path of ['README.md', 'docs/README.md', 'docs/tutorial.md']) assert.ok(paths.includes(path), path);
    assert.ok(!paths.some(path => path.startsWith('node_modules')));
  });

  it('knows the links that work', () => {
    const page = [
      '# What `add` does, and [why](b.md)',
      '## Same',
      '## Same',
      '<a id="own"></a>',
      '[1](#what-add-does-and-why) [2](#same) [3](#same-1) [4](#own) [5](b.md#next_page) [6](../src/a.ts#L3)',
      '![7](b.md "title") <img src="b.md"> `[8](none.md)` [9](https://example.com/#x) [10](mailto:a@b.example)',
      '```',
      '[11](none.md)',
      '```',
    ];
    assert.deepEqual(faultsOf({ 'docs/a.md': page, 'docs/b.md': ['# Next_page!'] }), []);
  });

  for (const [what, link, fault] of [
    ['a file', '[b](b.md)', 'the link b.md leads to no file'],
    ['a heading of the page', '[b](#b)', 'the link #b leads to no heading of docs/a.md'],
    ['a heading of another page', '[b](../README.md#b)', 'the link ../README.md#b leads to no heading of README.md'],
    ['a picture', '<img src="b.svg">', 'the link b.svg leads to no file'],
    ['a definition', '[b]: b.md', 'the link b.md leads to no file'],
    ['a folder outside', '[b](../../b.md)', 'the link ../../b.md leads out of the repository'],
  ] as const) {
    it(`misses ${what}`, () => {
      assert.deepEqual(faultsOf({ 'docs/a.md': ['# A', link], 'README.md': ['# A'] }), [`docs/a.md:2: ${fault}`]);
    });
  }

  it('knows the commands that work', () => {
    const page = [
      'Write `nix-python-container add requests`, or `nix-python-container add …`.',
      ...shown(
        "cd hello && nix-python-container add requests 'redis>=4'  # anywhere",
        'nix-python-container service worker \\',
        "  --command 'celery -A shop (worker)'",
        'source <(nix-python-container completion bash)',
        'NO_COLOR=1 nix-python-container doctor --json > result.json',
        'npx --yes -p generator-nix-python-container nix-python-container hello --yes',
        'yo nix-python-container:add requests; yo nix-python-container hello',
        'nix-python-container-other --nonsense',
      ),
    ];
    assert.deepEqual(faultsOf({ 'a.md': page }), []);
  });

  for (const [what, page, fault] of [
    ['an option', shown('nix-python-container doctor --yes'), 'Unknown option for `doctor`: --yes.'],
    ['a command', shown('true && nix-python-container ad requests'), 'Unknown command: ad.'],
    ['a value', shown('nix-python-container hello --python'), '--python needs a value.'],
    ['in words', ['', 'Write `nix-python-container add --devv x`.'], 'Unknown option for `add`: --devv.'],
    ['under npx', shown('npx -p x nix-python-container hello --nonsense'), 'Unknown option: --nonsense.'],
    ['under yo', shown('yo nix-python-container:remove --force a'), 'Unknown option for `remove`: --force.'],
  ] as const) {
    it(`refuses ${what} that the command does not know`, () => {
      const [found = '', ...more] = faultsOf({ 'a.md': page });
      assert.ok(found.startsWith('a.md:2: ') && found.endsWith(`: ${fault}`), found);
      assert.deepEqual(more, []);
    });
  }

  it('counts the line of a command that goes over several', () => {
    const [found = ''] = faultsOf({ 'a.md': shown('true', 'nix-python-container add a \\', '  --nonsense') });
    assert.match(found, /^a\.md:3: /);
  });
});
