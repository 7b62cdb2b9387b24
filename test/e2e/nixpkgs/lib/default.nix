# Stands for nixpkgs' lib: the functions that the generated project and rules_nixpkgs call, and no others.
let
  release = builtins.readFile ./.version;
in
rec {
  inherit (builtins)
    all any attrNames attrValues concatLists concatMap concatStringsSep elem elemAt filter foldl' fromJSON hasAttr head
    isAttrs isFunction isList isString length listToAttrs map mapAttrs replaceStrings splitVersion stringLength tail toJSON;

  version = "${release}.e2e";
  trivial = { inherit release version; };

  id = x: x;
  isDerivation = x: isAttrs x && x.type or null == "derivation";
  optional = condition: value: if condition then [ value ] else [ ];
  optionals = condition: values: if condition then values else [ ];
  optionalString = condition: text: if condition then text else "";
  optionalAttrs = condition: attrs: if condition then attrs else { };
  toList = x: if isList x then x else [ x ];
  unique = foldl' (seen: x: if elem x seen then seen else seen ++ [ x ]) [ ];
  flatten = x: if isList x then concatMap flatten x else [ x ];
  foldr = f: end: list: if list == [ ] then end else f (head list) (foldr f end (tail list));
  findFirst = test: default: list: let found = filter test list; in if found == [ ] then default else head found;
  compare = a: b: if a < b then -1 else if a > b then 1 else 0;
  compareLists = f: a: b:
    if a == [ ] || b == [ ] then compare (length a) (length b)
    else let first = f (head a) (head b); in if first == 0 then compareLists f (tail a) (tail b) else first;
  init = list: take (length list - 1) list;
  last = list: elemAt list (length list - 1);
  drop = count: list: builtins.genList (at: elemAt list (at + count)) (if count < length list then length list - count else 0);
  take = count: list: builtins.genList (elemAt list) (if count < length list then count else length list);

  nameValuePair = name: value: { inherit name value; };
  mapAttrs' = f: attrs: listToAttrs (map (name: f name attrs.${name}) (attrNames attrs));
  genAttrs = names: f: listToAttrs (map (name: nameValuePair name (f name)) names);
  filterAttrs = keep: attrs: listToAttrs (concatMap (name: optional (keep name attrs.${name}) (nameValuePair name attrs.${name})) (attrNames attrs));
  mapAttrsToList = f: attrs: map (name: f name attrs.${name}) (attrNames attrs);
  attrByPath = path: default: attrs:
    if path == [ ] then attrs
    else if attrs ? ${head path} then attrByPath (tail path) default attrs.${head path}
    else default;
  hasAttrByPath = path: attrs: path == [ ] || (attrs ? ${head path} && hasAttrByPath (tail path) attrs.${head path});
  getAttrFromPath = path: attrByPath path (throw "cannot find attribute `${concatStringsSep "." path}'");

  concatMapStringsSep = separator: f: list: concatStringsSep separator (map f list);
  concatStrings = concatStringsSep "";
  splitString = separator: text: filter isString (builtins.split (escapeRegex separator) text);
  escapeRegex = replaceStrings [ "." "*" "+" "?" "(" ")" "[" "]" "{" "}" "^" "$" "|" "\\" ]
    [ "\\." "\\*" "\\+" "\\?" "\\(" "\\)" "\\[" "\\]" "\\{" "\\}" "\\^" "\\$" "\\|" "\\\\" ];
  hasPrefix = prefix: text: builtins.substring 0 (stringLength prefix) text == prefix;
  hasSuffix = suffix: text:
    let start = stringLength text - stringLength suffix; in start >= 0 && builtins.substring start (-1) text == suffix;
  removePrefix = prefix: text: if hasPrefix prefix text then builtins.substring (stringLength prefix) (-1) text else text;
  removeSuffix = suffix: text:
    if hasSuffix suffix text then builtins.substring 0 (stringLength text - stringLength suffix) text else text;
  toLower = replaceStrings
    [ "A" "B" "C" "D" "E" "F" "G" "H" "I" "J" "K" "L" "M" "N" "O" "P" "Q" "R" "S" "T" "U" "V" "W" "X" "Y" "Z" ]
    [ "a" "b" "c" "d" "e" "f" "g" "h" "i" "j" "k" "l" "m" "n" "o" "p" "q" "r" "s" "t" "u" "v" "w" "x" "y" "z" ];
  escapeShellArg = text: "'${replaceStrings [ "'" ] [ "'\\''" ] (toString text)}'";
  escapeShellArgs = concatMapStringsSep " " escapeShellArg;

  versionOlder = a: b: builtins.compareVersions b a == 1;
  versionAtLeast = a: b: !versionOlder a b;
  versions = {
    major = v: elemAt (splitVersion v) 0;
    majorMinor = v: concatStringsSep "." (take 2 (splitVersion v));
  };

  getBin = package: package.bin or package;
  makeBinPath = packages: concatMapStringsSep ":" (package: "${getBin package}/bin") packages;
  makeLibraryPath = packages: concatMapStringsSep ":" (package: "${package.lib or package}/lib") packages;
  getExe = package: "${getBin package}/bin/${package.meta.mainProgram or package.pname}";
  makeExtensible = rattrs: let self = rattrs self; in self;
  cleanSource = path: path;
}
