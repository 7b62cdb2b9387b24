import assert from 'node:assert/strict';
import { hosts, real } from './host.ts';
import { type Project, projectIn } from './project.ts';

// Flags that cannot be on in Bazel 7, for reasons outside the generated project.
const impossible = new Set([
  // Bazel 7's own built-in rules break on these.
  'incompatible_disallow_struct_provider_syntax',
  'incompatible_no_rule_outputs_param',
  'incompatible_stop_exporting_language_modules',
  // The stand-in for rules_python consists of native rules.
  'incompatible_python_disallow_native_rules',
]);

describe('Every incompatible change that Bazel 7 knows and leaves off, as a preview of Bazel 9', () => {
  const host = hosts.find(({ bazel }) => bazel === '7');
  // With a network, Bazel 8 and 9 are tested themselves.
  if (!host || real) return;
  let project: Project;

  before('generate', () => {
    project = projectIn(host);
  });

  it('bazel test //... passes with all of them', async () => {
    const help = await project.inShell('bazel help test --long 2>/dev/null');
    const flags = [...help.matchAll(/--\[no\](incompatible_\w+) .*default: "false"/g)]
      .map(([, flag]) => flag as string)
      .filter(flag => !impossible.has(flag));
    assert.ok(flags.includes('incompatible_strict_action_env') && flags.length > 20, flags.join(' '));
    await project.inShell(`bazel test ${flags.map(flag => `--${flag}`).join(' ')} //...`);
  });
});
