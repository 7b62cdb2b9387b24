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

  for (const [what, printed, says] of [
    [
      'cannot be connected to',
      `WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError("HTTPConnection(host='127.0.0.1', port=1): Failed to establish a new connection: [Errno 111] Connection refused")': /simple/flask/`,
      "HTTPConnection(host='127.0.0.1'): Failed to establish a new connection: [Errno 111] Connection refused",
    ],
    [
      'cannot be found, in the words of an older pip',
      `WARNING: Retrying (Retry(total=2, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7fcdc7cbf290>: Failed to establish a new connection: [Errno -2] Name or service not known')': /simple/flask/`,
      'Failed to establish a new connection: [Errno -2] Name or service not known',
    ],
    [
      'takes other credentials',
      'WARNING: 401 Error, Credentials not correct for http://me:secret@127.0.0.1:18401/simple/flask/',
      '401 Error, Credentials not correct for http://127.0.0.1:18401/simple/flask/',
    ],
    [
      'has another certificate',
      `Could not fetch URL https://127.0.0.1/simple/flask/: There was a problem confirming the ssl certificate: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:992) - skipping
WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'SSLError(SSLError(1, '[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:992)'))': /simple/flask/`,
      'https://127.0.0.1/simple/flask/: There was a problem confirming the ssl certificate: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:992)',
    ],
  ] as const) {
    it(`is an index that ${what}, not an unknown package`, () => {
      const { message } = failure(`${printed}
ERROR: Could not find a version that satisfies the requirement flask (from versions: none)
ERROR: No matching distribution found for flask
`);
      assert.equal(message, `The package index could not be read: ${says}.`);
    });
  }

  it('is the package that has sources only, as uv says it', () => {
    const { hint } = failure(`  × No solution found when resolving dependencies:
  ╰─▶ Because docopt==0.6.2 has no usable wheels and you require docopt, we can conclude that your requirements are unsatisfiable.

      hint: Wheels are required for \`docopt\` because building from source is disabled for all packages (i.e., with \`--no-build\`)
`);
    assert.match(hint, /nixpkgs may build docopt: packages = \["docopt"\] below \[tool\.nixpkgs\]/);
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
