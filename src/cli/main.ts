#!/usr/bin/env node
import { cacheCompiled } from './compile-cache.ts';

// All the rest comes after this: what is compiled before is not cached.
cacheCompiled();
void import('./start.ts').then(({ start }) => start());
