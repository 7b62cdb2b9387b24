import fc from 'fast-check';

/** Names that a hand-made pyproject.toml lists; the others are there to be added. */
export const listedNames = ['flask', 'gunicorn', 'requests', 'redis', 'Zope.Interface', 'PyYAML'];
export const newNames = ['aiohttp', 'httpx', 'torch', 'opencv-python', 'zstandard'];

const item = (name: string) =>
  fc
    .tuple(fc.constantFrom('', '>=2', ' >= 1.0, < 9', '[extra]'), fc.constantFrom('"', "'", '"""', "'''"))
    .map(([rest, quote]) => `${quote}${name}${rest}${quote}`);

/** What may stand between two items, with at most one comma of its own. */
const comma = fc.constantFrom(
  ...[
    ', ',
    ',',
    ' , ',
    ',\n  ',
    ',\n\t',
    ', # why, and "what"\n    ',
    '\n  , ',
    ' # before\n  , ',
    ',\n\n    # above\n    ',
  ],
);
const opening = fc.constantFrom('[', '[ ', '[\n  ', '[\n\t', '[ # first\n    ', '[\n  # above\n  ');
const closing = fc.constantFrom(
  ']',
  ' ]',
  ',]',
  ' , ]',
  '\n]',
  ',\n]',
  ', # last\n]',
  ' # last\n]',
  ',\n  # below\n  ]',
);

const list = (names: readonly string[]) =>
  fc
    .subarray([...names])
    .chain(chosen =>
      fc.tuple(opening, closing, fc.array(comma, { minLength: 9, maxLength: 9 }), fc.tuple(...chosen.map(item))),
    )
    .map(([open, close, commas, items]) => {
      // Without an item there is no comma.
      if (items.length === 0) return open + close.replace(/^( ?),/, '$1');
      return items.reduce((text, entry, at) => text + (at === 0 ? '' : commas[at]) + entry, open) + close;
    });

const dev = list(['pytest', 'mypy']).chain(written =>
  fc.constantFrom(
    '',
    `\n[dependency-groups]\ndev = ${written}\n`,
    `\n[dependency-groups] # more\ntest = []\n\n[tool.x]\n`,
    `\n[ dependency-groups ]\n"dev"=${written} # d\nx = [{include-group = "dev"}]\n`,
  ),
);

const attributes = fc.constantFrom(
  '',
  '\n[tool.nixpkgs.attributes]\n# mine\nPillow = "pillow"  # kept\n',
  '\n[tool.nixpkgs.attributes]\n  alpha = "a"\n  zeta = \'z\'\n',
  '\n[tool.nixpkgs]\nattributes.beta = "b"\n',
  '\n[tool.nixpkgs]\n"attributes"."zed" = "b"',
);

/** Files as people write them: any layout, quotes, comments, line ends. */
export const pyprojects = fc
  .record({
    mark: fc.constantFrom('', '\uFEFF'),
    head: fc.constantFrom('', '# ä, and a list = ["flask"]\n\n', '[build-system]\nrequires = ["x"]\n\n'),
    dependencies: list(listedNames),
    key: fc.constantFrom('dependencies = ', '  "dependencies"=', "'dependencies'   =  "),
    behind: fc.constantFrom('\n', ' # the list\n', '\nscripts = { a = "b" }\n'),
    parts: fc.tuple(dev, attributes).chain(parts => fc.shuffledSubarray(parts, { minLength: 2, maxLength: 2 })),
    last: fc.constantFrom('', '\n', '\n\n', '\n# end'),
    eol: fc.constantFrom('\n', '\r\n'),
  })
  .map(({ mark, head, dependencies, key, behind, parts, last, eol }) => {
    const text = `${head}[project]\nname = 'x'\nrequires-python = "==3.13.*"\n${key}${dependencies}${behind}${parts.join('')}`;
    return mark + (text.replace(/\n$/, '') + last).replaceAll('\n', eol);
  });
