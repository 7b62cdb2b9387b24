// Runs the generator on real lists of pip packages, and the Nix of what it writes on a set of the catalog; writes docs/lists.md.
// Usage: npm run lists -- FOLDER (of requirements files)
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'lib/main.cjs');
const [given] = process.argv.slice(2);
const folder = resolve(process.env.INIT_CWD ?? '.', given ?? '');
const lists = readdirSync(folder).filter(name => name.endsWith('.txt'));
if (lists.length === 0) {
  console.error(`${folder} has no .txt files.\nUsage: npm run lists -- FOLDER`);
  process.exit(2);
}
const [nixpkgs, python, set] = ['26.05', '3.13', join(root, 'src/catalog/python-set-2026-07.txt')];
const work = mkdtempSync(join(tmpdir(), 'lists-'));
const nix = Object.fromEntries(
  ['NIX_STORE_DIR', 'NIX_STATE_DIR', 'NIX_LOG_DIR', 'NIX_CONF_DIR'].map(name => [name, join(work, name.toLowerCase())]),
);
// Nix is kept from the generator: it has to know by its catalog alone.
const { HOME } = process.env;
const policies = [
  ['none', []],
  ['compatible', ['--pins', 'compatible', '--skip-missing']],
  ['minimum', ['--pins', 'minimum', '--skip-missing']],
  ['drop', ['--pins', 'drop', '--skip-missing']],
  ['keep', ['--pins', 'keep']],
];

/** The names of the packages that the nix/python.nix of a project finds faults with, each once. */
function faultsOf(project) {
  const pkgs = `import ${root}tools/lists/nixpkgs.nix { set = ${set}; python = "${python}"; }`;
  const expression = `
    let project = import ${project}/nix/python.nix { pkgs = ${pkgs}; };
    in map (problem: problem.requirement) project.problems
      ++ (if project.problems == [ ] then builtins.seq project.development.drvPath [ ] else [ ])`;
  const { status, stdout, stderr } = spawnSync(
    'nix-instantiate',
    ['--eval', '--strict', '--json', '--expr', expression],
    {
      encoding: 'utf8',
      env: { ...process.env, ...nix, NIX_PATH: '', NIX_REMOTE: '' },
    },
  );
  if (status !== 0) throw new Error(stderr);
  return new Set(JSON.parse(stdout).map(requirement => /^[a-z0-9-]*/.exec(requirement)[0]));
}

const counts = Object.fromEntries(policies.map(([name]) => [name, { written: 0, evaluates: 0 }]));
const untold = [];
const falseAlarms = [];
for (const list of lists) {
  const read = (policy, more = []) => {
    const target = join(work, `${list}-${policy}`);
    const args = ['new', target, '--yes', '--json', '--name', 'svc', '--nixpkgs', nixpkgs, '--python', python];
    const { stdout } = spawnSync(process.execPath, [main, ...args, '--requirements', join(folder, list), ...more], {
      encoding: 'utf8',
      env: { PATH: '/nonexistent', HOME },
    });
    return { target, document: JSON.parse(stdout) };
  };
  // What the command refuses without a policy has to be what Nix finds in the project as it was asked for.
  const refused = new Set((read('none').document.error?.faults ?? []).map(({ name }) => name));
  for (const [policy, flags] of policies) {
    const { target, document } = read(policy, flags);
    if (document.error) {
      if (!document.error.faults && policy === 'drop') untold.push(`${list}: ${document.error.message.split('\n')[0]}`);
      continue;
    }
    counts[policy].written++;
    const faults = faultsOf(target);
    if (faults.size === 0) counts[policy].evaluates++;
    if (policy !== 'keep') {
      untold.push(...[...faults].map(name => `${list} with ${policy}: ${name}`));
    } else {
      untold.push(...[...faults].filter(name => !refused.has(name)).map(name => `${list}: ${name}`));
      falseAlarms.push(...[...refused].filter(name => !faults.has(name)).map(name => `${list}: ${name}`));
    }
    rmSync(target, { recursive: true });
  }
}
rmSync(work, { recursive: true, force: true });
const rows = policies.map(
  ([name, flags]) => `| ${flags.join(' ') || '(none)'} | ${counts[name].written} | ${counts[name].evaluates} |`,
);
const text = `# Real lists of packages

${lists.length} requirements files of public services, read for nixpkgs ${nixpkgs} and Python ${python} by the catalog alone; the Nix files
that were written were then evaluated on the names, versions and extras of that set. Written by \`npm run lists -- FOLDER\`.

| flags | projects written | that evaluate |
|---|--:|--:|
${rows.join('\n')}

Without flags, all that nixpkgs does not have as required is named in one error, and nothing is written.
With \`--pins keep\` everything is written as it is, with a warning for each fault. Faults that only Nix found:
${untold.length}. Faults that only the catalog found: ${falseAlarms.length}.
`;
writeFileSync(join(root, 'docs/lists.md'), text);
console.log(text);
for (const line of [...untold, ...falseAlarms].slice(0, 40)) console.log(line);
