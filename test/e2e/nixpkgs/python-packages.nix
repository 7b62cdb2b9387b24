# Stands for the python3Packages of nixpkgs: for each attribute the Debian packages it is made of and the attributes it needs.
{
  anyio = { needs = [ "idna" "sniffio" "typing-extensions" ]; };
  asgiref = { needs = [ "typing-extensions" ]; };
  attrs = { debs = [ "python3-attr" ]; };
  blinker = { };
  certifi = { };
  chardet = { };
  click = { };
  coverage = { };
  django = { needs = [ "asgiref" "pytz" "sqlparse" ]; };
  fastapi = { needs = [ "pydantic" "starlette" ]; };
  flask = { needs = [ "click" "itsdangerous" "jinja2" "werkzeug" ]; };
  # In the newer release, of the newer Debian.
  gunicorn = { debs = [ "python3-gunicorn" "gunicorn" ]; needs = [ "setuptools" ]; };
  h11 = { };
  httpcore = { needs = [ "anyio" "certifi" "h11" "sniffio" ]; };
  httpx = { needs = [ "certifi" "httpcore" "rfc3986" "sniffio" ]; };
  idna = { };
  iniconfig = { };
  itsdangerous = { };
  jinja2 = { needs = [ "markupsafe" ]; };
  markupsafe = { };
  mypy = { debs = [ "python3-mypy" "mypy" ]; needs = [ "mypy-extensions" "typing-extensions" ]; };
  mypy-extensions = { };
  packaging = { };
  # Of the newer Debian: the one of this machine cannot lock.
  pip = { };
  pluggy = { };
  pydantic = { needs = [ "typing-extensions" ]; };
  pytest = { needs = [ "attrs" "iniconfig" "packaging" "pluggy" ]; };
  pytz = { debs = [ "python3-tz" ]; readsTimeZones = true; };
  pyyaml = { debs = [ "python3-yaml" ]; };
  requests = { needs = [ "certifi" "chardet" "idna" "urllib3" ]; };
  rfc3986 = { };
  setuptools = { debs = [ "python3-setuptools" "python3-pkg-resources" ]; };
  six = { };
  sniffio = { };
  sqlparse = { };
  starlette = { needs = [ "anyio" "typing-extensions" ]; };
  typing-extensions = { };
  urllib3 = { needs = [ "six" ]; };
  uvicorn = { debs = [ "python3-uvicorn" "uvicorn" ]; needs = [ "asgiref" "click" "h11" "typing-extensions" ]; };
  werkzeug = { needs = [ "markupsafe" ]; };
}
