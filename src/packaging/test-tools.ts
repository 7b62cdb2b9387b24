/** Packages for tests, checks and development, not needed to run an app; a name may end in `*`. */
const testTools: readonly string[] = [
  ...[
    'pytest',
    'pytest-*',
    'coverage',
    'hypothesis',
    'mock',
    'nose',
    'nose2',
    'tox',
    'nox',
    'locust',
    'responses',
    'freezegun',
  ],
  ...[
    'black',
    'flake8',
    'flake8-*',
    'isort',
    'mypy',
    'pylint',
    'pylint-*',
    'ruff',
    'pyflakes',
    'pycodestyle',
    'pydocstyle',
    'pep8',
    'autopep8',
    'yapf',
  ],
  ...[
    'bandit',
    'pre-commit',
    'pyright',
    'factory-boy',
    'faker',
    'vcrpy',
    'requests-mock',
    'moto',
    'codecov',
    'types-*',
  ],
];

/** Whether a package (normalised name) is a test or development tool. */
export const isTestTool = (name: string): boolean =>
  testTools.some(tool => (tool.endsWith('*') ? name.startsWith(tool.slice(0, -1)) : name === tool));
