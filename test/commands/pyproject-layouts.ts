/** pyproject.toml as users write it, a command, and the expected result. */
export const kept: Record<string, readonly [before: string, args: string, after: string]> = {
  'comments, tabs and odd quotes': [
    '# ours\n[project]\ndependencies = [ # all of them\n\t\'flask\' , # web\n\n\t# the server\n\t"gunicorn"  ,\n]\nx=0x1F # kept\n',
    'add redis>=4',
    '# ours\n[project]\ndependencies = [ # all of them\n\t\'flask\' , # web\n\n\t# the server\n\t"gunicorn"  ,\n\t"redis>=4",\n]\nx=0x1F # kept\n',
  ],
  'CRLF and a byte order mark': [
    '\uFEFF[project]\r\ndependencies = [\r\n  "flask",\r\n  "gunicorn",\r\n]\r\n',
    'add aiohttp redis',
    '\uFEFF[project]\r\ndependencies = [\r\n  "aiohttp",\r\n  "flask",\r\n  "gunicorn",\r\n  "redis",\r\n]\r\n',
  ],
  'a list in one line, without a final line break': [
    "[project]\ndependencies = [ 'flask', 'gunicorn' ]",
    'add redis',
    "[project]\ndependencies = [ 'flask', 'gunicorn', 'redis' ]",
  ],
  'a trailing comma in one line': [
    '[project]\ndependencies = ["flask", "gunicorn",]\n',
    'add redis',
    '[project]\ndependencies = ["flask", "gunicorn", "redis",]\n',
  ],
  'a list without a trailing comma': [
    '[project]\ndependencies = [\n  "flask",\n  "gunicorn" # server\n]\n',
    'add redis',
    '[project]\ndependencies = [\n  "flask",\n  "gunicorn", # server\n  "redis"\n]\n',
  ],
  'a list that is not sorted': [
    '[project]\ndependencies = [\n  "gunicorn",\n  "flask",\n]\n',
    'add aiohttp',
    '[project]\ndependencies = [\n  "gunicorn",\n  "flask",\n  "aiohttp",\n]\n',
  ],
  'the quotes of a replaced range': [
    "[project]\ndependencies = ['flask', 'Redis >= 3.0'] # r\n",
    'add redis[hiredis]>=4,<8',
    "[project]\ndependencies = ['flask', 'redis[hiredis]>=4,<8'] # r\n",
  ],
  'the comments of other packages': [
    '[project]\ndependencies = [\n  "flask",\n  "redis", # sessions\n  # the server\n  "gunicorn"\n]\n',
    'remove redis gunicorn',
    '[project]\ndependencies = [\n  "flask"\n  # the server\n]\n',
  ],
  'a file without dependency groups': [
    '[project]\ndependencies = ["flask"]\n[tool.x]\n',
    'add --dev hypothesis',
    '[project]\ndependencies = ["flask"]\n[tool.x]\n\n[dependency-groups]\ndev = [\n    "hypothesis",\n]\n',
  ],
  'dependency groups without dev': [
    '[dependency-groups] # more\nlint = []\n[project]\ndependencies = ["flask"]\n',
    'add --dev hypothesis',
    '[dependency-groups] # more\ndev = [\n    "hypothesis",\n]\nlint = []\n[project]\ndependencies = ["flask"]\n',
  ],
  'a table of attributes': [
    '[tool.nixpkgs.attributes]\n# mine\npillow = \'pillow\'   # kept\n\n[project]\ndependencies = ["flask"]\n',
    'add opencv-python',
    '[tool.nixpkgs.attributes]\nopencv-python = "opencv4"\n# mine\npillow = \'pillow\'   # kept\n\n[project]\ndependencies = ["flask", "opencv-python"]\n',
  ],
  'an attribute that the user set': [
    '[project]\ndependencies = ["flask", "redis"]\n[tool.nixpkgs]\nattributes.redis = "myredis"\n',
    'remove redis',
    '[project]\ndependencies = ["flask"]\n[tool.nixpkgs]\nattributes.redis = "myredis"\n',
  ],
};
