#!/usr/bin/env node
import { cacheCompiled } from './compile-cache.ts';

// Everything else is imported afterwards: what was compiled before is not cached.
cacheCompiled();
void import('./start.ts').then(({ start }) => start());
