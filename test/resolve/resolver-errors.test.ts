import assert from 'node:assert/strict';
import { resolutionFailure } from '../../src/resolve/resolver-errors.ts';

const about = { python: '3.13', system: 'x86_64-linux', fromNixpkgs: new Map([['click', '8.1.3']]) };
const failure = (stderr: string) => resolutionFailure(stderr, about);

describe('the error of a resolver', () => {
  it('is the conflict that pip found, in its own words', () => {
    const { message, exitCode } =
      failure(`ERROR: Cannot install a==1 and flask because these package versions have conflicting dependencies.

The conflict is caused by:
    a 1.0 depends on click>=8.2
    The user requested (constraint) click==8.1.3
    The user requested flask<3

To fix this you could try to:
1. loosen the range of package versions you've specified
ERROR: ResolutionImpossible: for help visit https://pip.pypa.io
`);
    assert.equal(
      message,
      `These requirements have no common solution:
  a 1.0 depends on click>=8.2
  nixpkgs has click 8.1.3, by [tool.nixpkgs] packages
  pyproject.toml requires flask<3`,
    );
    assert.equal(exitCode, 1);
  });

  it('is the conflict that uv found', () => {
    const { message } = failure(`  × No solution found when resolving dependencies:
  ╰─▶ Because only flask<=3.1 is available and your requirements require
      flask>99, we can conclude that your requirements are unsatisfiable.
`);
    assert.match(
      message,
      /no common solution:\n {2}Because only flask<=3\.1 is available and your requirements require\n {2}flask>99/,
    );
  });

  it('is the package without a wheel, with the way out', () => {
    const none =
      failure(`ERROR: Could not find a version that satisfies the requirement uwsgi==2.0 (from versions: none)
ERROR: No matching distribution found for uwsgi==2.0
`);
    assert.equal(
      none.message,
      'The index has no wheel of uwsgi==2.0 for Python 3.13 on x86_64-linux: none of any version.',
    );
    assert.match(none.hint, /packages = \["uwsgi"\] below \[tool\.nixpkgs\]/);
    const versions = Array.from({ length: 9 }, (_, minor) => `1.${minor}`).join(', ');
    const { message } = failure(
      `ERROR: Could not find a version that satisfies the requirement b>2 (from a) (from versions: ${versions})\n`,
    );
    assert.equal(
      message,
      'The index has no wheel of b>2 for Python 3.13 on x86_64-linux: only of …, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8.',
    );
  });

  it('is the last error of anything else, without secrets', () => {
    const { message } = failure(
      'WARNING: x\nERROR: 401 Error for URL: https://me:secret@example.org/simple/?token=secret\n',
    );
    assert.match(message, /could not be resolved: 401 Error for URL: https:\/\/example\.org\/simple\//);
    assert.doesNotMatch(message, /secret/);
    assert.match(failure('').message, /printed no reason/);
  });
});
