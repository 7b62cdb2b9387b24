import assert from 'node:assert/strict';
import { type Command, commands } from '../../src/cli/commands.ts';
import type { CommandName } from '../../src/commands/request.ts';
import { parseFlags } from '../../src/cli/flags.ts';
import { flagHelp } from '../../src/cli/help.ts';
import { shellWords } from '../../src/text/shell-words.ts';
import { command, scratch } from '../commands/process.ts';

describe('--help', () => {
  const cwd = scratch();

  for (const [name, one] of Object.entries(commands) as [CommandName, Command][]) {
    it(`of ${name} says what it does, lists its options, and has valid examples`, async () => {
      const { code, stdout, stderr } = await command([name, '--help'], { cwd });
      assert.deepEqual([code, stderr], [0, '']);
      assert.ok(stdout.includes(one.summary));
      for (const { usage, help } of flagHelp(one)) {
        assert.ok(
          stdout.split('\n').some(line => line.trim().startsWith(usage) && line.endsWith(help)),
          usage,
        );
      }
      const [, examples = ''] = stdout.split('\nExamples:\n');
      const lines = [...examples.matchAll(/^ {2}nix-python-container (.+)$/gm)].map(([, line = '']) => line);
      assert.ok(lines.length > 0);
      for (const line of lines) {
        const request = parseFlags(shellWords(line));
        if (name !== 'new') assert.equal(request.command, name);
      }
    });
  }

  it('is the same as the command help', async () => {
    for (const [words, flags] of [
      [['help'], ['--help']],
      [
        ['help', '--json'],
        ['--help', '--json'],
      ],
      [
        ['help', 'add'],
        ['add', '--help'],
      ],
    ] as const) {
      assert.deepEqual(await command(words, { cwd }), await command(flags, { cwd }));
    }
  });
});
