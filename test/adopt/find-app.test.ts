import assert from 'node:assert/strict';
import type { Repository } from '../../src/adopt/repository.ts';
import { moduleStatements } from '../../src/adopt/python-source.ts';
import { findApp, kindOf } from '../../src/adopt/survey.ts';

export const repository = (files: Readonly<Record<string, string>>): Repository => ({
  paths: Object.keys(files).sort(),
  text: path => files[path],
});

const found = (files: Readonly<Record<string, string>>, given?: string) => {
  const { entry, foundIn, serverConfig } = findApp(repository(files), given);
  return { app: entry && `${entry.root === '' ? '' : `${entry.root}/`}${entry.entry}`, foundIn, serverConfig };
};

const flask = 'from flask import Flask\n\napp = Flask(__name__)\n';

describe('statements of a Python module', () => {
  const texts = (source: string) => moduleStatements(source).map(({ text }) => text);

  it('are joined over brackets, backslashes and strings, without comments', () => {
    const source =
      'app = Flask(\n    __name__,  # ours\n    static_url_path="/#",\n)\nx = 1 + \\\n    2\ndoc = """\napp = no\n"""\n';
    assert.deepEqual(texts(source), [
      'app = Flask(     __name__,       static_url_path="/#", )',
      'x = 1 +      2',
      'doc = """ app = no """',
    ]);
  });

  it('include those in if and try, but not those in functions and classes', () => {
    const source =
      'if debug:\n    app = a()\nelse:\n    app = b()\ndef f():\n    app = c()\nclass C:\n    app = d()\nlast = 1\n';
    assert.deepEqual(texts(source), [
      'if debug:',
      'app = a()',
      'else:',
      'app = b()',
      'def f():',
      'class C:',
      'last = 1',
    ]);
  });

  it('tell what runs only as the main program', () => {
    const source = 'if __name__ == "__main__":\n    app = make_app()\n    if x:\n        y = 1\nz = 2\n';
    assert.deepEqual(
      moduleStatements(source).map(({ onlyAsMain }) => onlyAsMain),
      [true, true, true, true, false],
    );
  });

  it('are read in linear time, whatever the text', () => {
    for (const part of ['"""', "'", '(', '\\\n', 'if x:\n ', '#', '\t']) {
      assert.ok(moduleStatements(part.repeat(50_000)).length >= 0);
    }
  });
});

describe('the app of a repository', () => {
  // prettier-ignore
  const cases: readonly (readonly [string, Readonly<Record<string, string>>, string | undefined])[] = [
    ['a Flask app in one file', { 'app.py': flask }, 'app:app'],
    ['a factory, where wsgi.py calls it', { 'wsgi.py': 'from shop import create_app\n\napp = create_app()\n', 'shop/__init__.py': 'def create_app(config=None):\n    return Flask(__name__)\n' }, 'wsgi:app'],
    ['a factory that needs no arguments', { 'shop/__init__.py': 'def create_app(config: str | None = None, *, debug=False):\n    pass\n' }, 'shop:create_app()'],
    ['no factory that does', { 'shop/__init__.py': 'def create_app(config):\n    pass\n' }, undefined],
    ['FastAPI with a type', { 'app/main.py': 'app: FastAPI = FastAPI(\n    title="x",\n)\n', 'app/__init__.py': '' }, 'app.main:app'],
    ['Django, before its asgi.py', { 'manage.py': '', 'site1/__init__.py': '', 'site1/wsgi.py': 'application = get_wsgi_application()\n', 'site1/asgi.py': 'application = get_asgi_application()\n' }, 'site1.wsgi:application'],
    ['an object that is imported', { 'wsgi.py': 'from shop.web import app as application\n', 'shop/web.py': 'x = 1\n' }, 'wsgi:application'],
    ['a src layout', { 'src/shop/__init__.py': '', 'src/shop/web.py': flask }, 'src/shop.web:app'],
    ['a folder whose modules import each other by name', { 'backend/main.py': `from routes import x\n${flask}`, 'backend/routes/__init__.py': '' }, 'backend/main:app'],
    ['a package of the repository, where that is what is imported', { 'service/main.py': `from service.db import x\n${flask}`, 'service/db.py': '' }, 'service.main:app'],
    ['settings of Django below src', { 'src/config/__init__.py': '', 'src/__init__.py': '', 'src/config/settings.py': '', 'src/config/wsgi.py': 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\napplication = get_wsgi_application()\n' }, 'src/config.wsgi:application'],
    ['nothing in tests, examples and the main program', { 'tests/app.py': flask, 'examples/app.py': flask, 'run.py': 'if __name__ == "__main__":\n    app = Flask(__name__)\n' }, undefined],
    ['nothing in a text', { 'app.py': '"""\napp = Flask(__name__)\n"""\n' }, undefined],
  ];
  for (const [name, files, app] of cases) {
    it(`is ${app ?? 'not found'}: ${name}`, () => assert.equal(found(files).app, app));
  }

  const two = { 'one.py': flask, 'two.py': flask };
  it('is undecided between two that are as likely', () => {
    const { entry, candidates } = findApp(repository(two));
    assert.deepEqual([entry, candidates.map(each => each.entry)], [undefined, ['one:app', 'two:app']]);
  });
  it('is the one that the user names, wherever it is', () => {
    assert.equal(found(two, 'two:app').app, 'two:app');
    assert.equal(found({ 'src/shop/web.py': 'x = 1\n' }, 'shop.web:make()').app, 'src/shop.web:make()');
    assert.equal(found(two, 'three:app').app, undefined);
  });
});

describe('the commands that serve an app', () => {
  const modules = { 'shop/__init__.py': '', 'shop/web.py': flask, 'shop/other.py': flask };
  // prettier-ignore
  const cases: readonly (readonly [string, string, string])[] = [
    ['Procfile', 'release: flask db upgrade\nweb: gunicorn --bind 0.0.0.0:$PORT shop.other:app --log-file -\n', 'shop.other:app'],
    ['Dockerfile', 'FROM python\nCMD ["gunicorn", "-b", "0.0.0.0:8000", "shop.other:app"]\n', 'shop.other:app'],
    ['Dockerfile', 'CMD gunicorn \\\n  --workers 2 \\\n  shop.other:app\n', 'shop.other:app'],
    ['docker-compose.yml', 'services:\n  web:\n    command: uvicorn shop.other:app --host 0.0.0.0\n', 'shop.other:app'],
    ['boot.sh', '#!/bin/sh\nexec /venv/bin/gunicorn "shop.other:create_app()"\n', 'shop.other:create_app()'],
    ['.flaskenv', 'FLASK_APP=shop/other.py\n', 'shop.other:app'],
  ];
  for (const [file, text, app] of cases) {
    it(`in a ${file} tell which it is: ${text.split('\n')[1]}`, () => {
      assert.deepEqual(found({ ...modules, [file]: text }), {
        app,
        foundIn: app.endsWith('()') || file !== '.flaskenv' ? file : file,
        serverConfig: undefined,
      });
    });
  }
  it('count only if the repository has the module', () => {
    assert.equal(found({ 'app.py': flask, Procfile: 'web: gunicorn gone:app\n' }).app, 'app:app');
  });
  it('name the folder and the configuration', () => {
    const files = {
      'api/web.py': flask,
      'web.py': flask,
      'conf/g.py': '',
      Procfile: 'web: gunicorn --chdir api -c conf/g.py web:app\n',
    };
    assert.deepEqual(found(files), { app: 'api/web:app', foundIn: 'Procfile', serverConfig: 'conf/g.py' });
  });
  it('name a module of Django alone, and the configuration as a module', () => {
    const files = {
      'src/config/__init__.py': '',
      'src/config/gunicorn.py': '',
      'src/config/wsgi.py': 'application = get_wsgi_application()\n',
      Dockerfile: 'CMD ["gunicorn", "-c", "python:config.gunicorn", "config.wsgi"]\n',
    };
    assert.deepEqual(found(files), {
      app: 'src/config.wsgi:application',
      foundIn: 'Dockerfile',
      serverConfig: 'src/config/gunicorn.py',
    });
  });
  it('need not name the configuration if it is where people put it', () => {
    assert.equal(found({ 'app.py': flask, 'gunicorn_config.py': '' }).serverConfig, 'gunicorn_config.py');
    assert.equal(found({ 'app.py': flask, 'gunicorn.conf.py': '' }).serverConfig, undefined, 'gunicorn finds it');
  });
});

it('the kind of an app is its framework, unless the object has the other interface', () => {
  assert.equal(kindOf('flask', 'wsgi'), 'flask');
  assert.equal(kindOf('flask', 'asgi'), 'asgi');
  assert.equal(kindOf(undefined, 'wsgi'), 'wsgi');
  assert.equal(kindOf('django', undefined), 'django');
});
