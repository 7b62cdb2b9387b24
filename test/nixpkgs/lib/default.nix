# The functions of nixpkgs' lib that generated projects use.
rec {
  inherit (builtins) all replaceStrings;
  genAttrs = names: value: builtins.listToAttrs (map (name: { inherit name; value = value name; }) names);
  foldr = f: nil: list: if list == [ ] then nil else f (builtins.head list) (foldr f nil (builtins.tail list));
  init = list: builtins.genList (builtins.elemAt list) (builtins.length list - 1);
  hasPrefix = prefix: text: builtins.substring 0 (builtins.stringLength prefix) text == prefix;
  last = list: builtins.elemAt list (builtins.length list - 1);
  drop = count: list: builtins.genList (at: builtins.elemAt list (at + count)) (if count < builtins.length list then builtins.length list - count else 0);
  optionals = wanted: values: if wanted then values else [ ];
  optional = wanted: value: if wanted then [ value ] else [ ];
  compare = a: b: if a < b then -1 else if a > b then 1 else 0;
  compareLists = cmp: a: b:
    if a == [ ] then (if b == [ ] then 0 else -1)
    else if b == [ ] then 1
    else
      let first = cmp (builtins.head a) (builtins.head b);
      in if first != 0 then first else compareLists cmp (builtins.tail a) (builtins.tail b);
  findFirst = fits: otherwise: list:
    let found = builtins.filter fits list; in if found == [ ] then otherwise else builtins.head found;
  splitString = separator: text: builtins.filter builtins.isString (builtins.split (builtins.replaceStrings [ "." ] [ "[.]" ] separator) text);
  nameValuePair = name: value: { inherit name value; };
  mapAttrs' = f: set: builtins.listToAttrs (map (name: f name set.${name}) (builtins.attrNames set));
  isDerivation = value: (value.type or null) == "derivation";
  attrByPath = path: otherwise: set:
    if path == [ ] then set
    else if set ? ${builtins.head path} then attrByPath (builtins.tail path) otherwise set.${builtins.head path}
    else otherwise;
  mapAttrsToList = f: set: map (name: f name set.${name}) (builtins.attrNames set);
  makeBinPath = packages: builtins.concatStringsSep ":" (map (package: "${package}/bin") packages);
  toList = value: if builtins.isList value then value else [ value ];
  unique = builtins.foldl' (list: item: if builtins.elem item list then list else list ++ [ item ]) [ ];
  toLower = text: builtins.replaceStrings
    (splitString "-" "A-B-C-D-E-F-G-H-I-J-K-L-M-N-O-P-Q-R-S-T-U-V-W-X-Y-Z")
    (splitString "-" "a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-s-t-u-v-w-x-y-z")
    text;
}
