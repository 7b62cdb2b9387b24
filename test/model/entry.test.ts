import assert from 'node:assert/strict';
import { frameworkNames, frameworkOf, frameworks } from '../../src/catalog/frameworks.ts';
import { entryFor, entryOf, moduleOfApp, parseApp } from '../../src/model/entry.ts';

describe('the place of an app', () => {
  for (const [text, written = text] of [
    ['shop:app'],
    ['shop.web_2.main:application'],
    [' shop:app\n', 'shop:app'],
    [' shop:app\n', 'shop:app'],
    ['shop:create_app()'],
    ['shop:create_app( )', 'shop:create_app()'],
    ["shop:create_app('production',debug = False)", 'shop:create_app("production", debug=False)'],
    ['src/shop:create_app(None, -3, path="/a b:c@d.e")'],
    ['back-end/v1.2/shop:app'],
  ] as const) {
    it(`can be ${text}`, () => {
      assert.equal(parseApp(text, '--app'), written);
      assert.equal(parseApp(written, '--app'), written, 'what is stored is read again');
    });
  }

  for (const text of [
    ...['shop', 'shop:', ':app', 'shop:app.wsgi', 'shop:app:app', 'shop..web:app', '1shop:app', 'shop:class'],
    ...['import.shop:app', '/shop:app', '../shop:app', 'src//shop:app', './shop:app', 'shop: app', 'shop:app()()'],
    ...[
      'shop:create_app(x)',
      'shop:create_app([1])',
      "shop:create_app('$HOME')",
      "shop:create_app('a,b')",
      'shop:create_app(,)',
    ],
    ...["shop:create_app('a\"')", 'shop:create_app(f())', 'shöp:app', `shop:${'a'.repeat(200)}`, 'shop:app; id'],
  ]) {
    it(`cannot be ${JSON.stringify(text.slice(0, 40))}`, () => {
      assert.throws(() => parseApp(text, '--app'), { exitCode: 2, message: /^--app: .* is not the place of an app/ });
    });
  }

  it('has a folder that Python imports from, or none', () => {
    assert.deepEqual(entryOf('src/shop.web:create_app("a/b")'), { app: 'shop.web:create_app("a/b")', root: 'src' });
    assert.deepEqual(entryOf('a/b/shop:app'), { app: 'shop:app', root: 'a/b' });
    assert.deepEqual(entryOf('shop:create_app("/")'), { app: 'shop:create_app("/")', root: '' });
    assert.equal(moduleOfApp('shop.web:create_app("a:b")'), 'shop.web');
  });

  it('follows from the framework where the app is generated', () => {
    assert.equal(entryFor({ framework: 'flask', app: '' }, 'hello').app, 'hello:app');
    assert.equal(entryFor({ framework: 'django', app: '' }, 'hello').app, 'hello.wsgi:application');
    assert.equal(entryFor({ framework: 'django', app: 'shop.wsgi:application' }, 'hello').app, 'shop.wsgi:application');
    assert.throws(() => entryFor({ framework: 'asgi', app: '' }, 'hello'), {
      exitCode: 2,
      message: /asgi needs the place/,
    });
  });
});

describe('the kinds of apps', () => {
  it('are told by a list of packages, of which the most particular counts', () => {
    assert.equal(frameworkOf(['werkzeug', 'flask', 'redis']), 'flask');
    assert.equal(frameworkOf(['starlette', 'fastapi']), 'fastapi');
    assert.equal(frameworkOf(['litestar']), 'asgi');
    assert.equal(frameworkOf(['constructor', 'requests']), undefined);
  });

  it('have a server that can run them, and lists in order', () => {
    for (const name of frameworkNames()) {
      const { packages, development, interface: kind } = frameworks()[name];
      assert.equal(packages.includes('uvicorn'), kind === 'asgi', name);
      for (const list of [packages, development]) assert.deepEqual(list, [...list].sort(), name);
    }
  });
});
