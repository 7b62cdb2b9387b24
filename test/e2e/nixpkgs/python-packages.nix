# Stands for the python3Packages of nixpkgs: for each attribute the Debian packages it is made of and the attributes it needs.
{
  attrs = { debs = [ "python3-attr" ]; };
  blinker = { };
  certifi = { };
  chardet = { };
  click = { };
  flask = { needs = [ "click" "itsdangerous" "jinja2" "werkzeug" ]; };
  # In the newer release, of the newer Debian.
  gunicorn = { debs = [ "python3-gunicorn" "gunicorn" ]; needs = [ "setuptools" ]; };
  idna = { };
  iniconfig = { };
  itsdangerous = { };
  jinja2 = { needs = [ "markupsafe" ]; };
  markupsafe = { };
  packaging = { };
  # Of the newer Debian: the one of this machine cannot lock.
  pip = { };
  pluggy = { };
  pytest = { needs = [ "attrs" "iniconfig" "packaging" "pluggy" ]; };
  pyyaml = { debs = [ "python3-yaml" ]; };
  requests = { needs = [ "certifi" "chardet" "idna" "urllib3" ]; };
  setuptools = { debs = [ "python3-setuptools" "python3-pkg-resources" ]; };
  six = { };
  urllib3 = { needs = [ "six" ]; };
  werkzeug = { needs = [ "markupsafe" ]; };
}
