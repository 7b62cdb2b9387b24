import type { RequirementsBuilder } from '../parsed-requirements.ts';
import { normaliseName } from '../requirement.ts';
import { addPipLine } from '../requirements-file.ts';
import { condaRange } from './ranges.ts';
import { isTable, listOf, type ListSource, textsOf } from './source.ts';

/** PyPI names of packages that have a different name in conda (normalised). */
const pipNames: Readonly<Record<string, string>> = {
  'brotli-python': 'brotli',
  'dask-core': 'dask',
  'matplotlib-base': 'matplotlib',
  'msgpack-python': 'msgpack',
  opencv: 'opencv-python',
  'py-opencv': 'opencv-python',
  'py-xgboost': 'xgboost',
  pytables: 'tables',
  'python-duckdb': 'duckdb',
  'python-graphviz': 'graphviz',
  'python-kubernetes': 'kubernetes',
  pytorch: 'torch',
  'pytorch-cpu': 'torch',
  'pytorch-gpu': 'torch',
  'redis-py': 'redis',
  'tensorflow-base': 'tensorflow',
  'tensorflow-cpu': 'tensorflow',
  'tensorflow-gpu': 'tensorflow',
  'uvicorn-standard': 'uvicorn[standard]',
};

/** Conda packages that are not Python packages; a name may end in `*`. Some are names of unrelated packages on PyPI. */
const notPython: readonly string[] = [
  ...[
    'conda',
    'pip',
    'lib*',
    '-*',
    'r-*',
    'gcc*',
    'gxx*',
    'clang*',
    'cuda*',
    'cudnn',
    'nccl',
    'mkl',
    'blas',
    'openblas',
  ],
  ...[
    'ca-certificates',
    'openssl',
    'sqlite',
    'zlib',
    'xz',
    'bzip2',
    'zstd',
    'lz4-c',
    'readline',
    'ncurses',
    'tk',
    'icu',
  ],
  ...[
    'snappy',
    'graphviz',
    'ffmpeg',
    'redis',
    'redis-server',
    'postgresql',
    'mysql',
    'nodejs',
    'git',
    'make',
    'cmake',
    'ninja',
  ],
  ...[
    'intel-openmp',
    'ld-impl*',
    'vc',
    'vc14-runtime',
    'vs2015-runtime',
    'ucrt',
    'perl',
    'ruby',
    'openjdk',
    'compilers',
  ],
];

/** Reads conda's environment.yml: its conda packages, under their PyPI names, and the packages in its pip section. */
export function readCondaEnvironment(source: ListSource, found: RequirementsBuilder): void {
  const taken: string[] = [];
  for (const [at, item] of listOf(source.value.dependencies).entries()) {
    const place = source.place('dependencies', at);
    if (typeof item === 'string') {
      const name = addPackage(item, place, found);
      if (name !== undefined) taken.push(name);
    } else if (isTable(item)) {
      for (const [line, text] of textsOf(item.pip).entries()) {
        addPipLine(text, source.place('dependencies', at, 'pip', line), found);
      }
    }
  }
  if (taken.length === 0) return;
  const count = taken.length === 1 ? '1 conda package was' : `${taken.length} conda packages were`;
  found.note(`${count} matched to PyPI packages by name; check them.`);
}

function addPackage(text: string, place: string, found: RequirementsBuilder): string | undefined {
  // channel::name range build
  const [, written = '', rest = ''] = /^(?:[^\s:]*::)?([A-Za-z0-9_][\w.-]*)\s*([^]*)$/.exec(text.trim()) ?? [];
  const name = normaliseName(written);
  if (name === 'python' || name === 'python-abi') return undefined;
  if (written === '') {
    found.skip(text, place, 'it is not a conda package');
    return undefined;
  }
  if (isNotPython(name)) {
    found.summarise('programs', written);
    return undefined;
  }
  const range = condaRange(/version\s*=\s*['"]([^'"]*)/.exec(rest)?.[1] ?? rest);
  const added = found.addText(`${pipNames[name] ?? name}${range ?? ''}`, place, { line: text, isGuess: true });
  if (range === undefined && added !== undefined) {
    found.note(`${added} was added without its range "${rest}", which has no PEP 440 equivalent.`);
  }
  return added;
}

const isNotPython = (name: string): boolean =>
  notPython.some(known => (known.endsWith('*') ? name.startsWith(known.slice(0, -1)) : name === known));
