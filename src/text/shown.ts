import { withoutSecrets } from './secrets.ts';
import { visible } from './visible.ts';

/** Most characters of a value in a message; of one word, and of one line, of any message. */
const mostOfValue = 80;
const mostOfWord = 500;
const mostOfLine = 4000;

/** A text cut to a length, with the length that it had. */
export const shortened = (text: string, most = mostOfValue): string =>
  text.length > most ? `${text.slice(0, most)}… (${text.length} characters)` : text;

/** A value for a message: in quotes, without secrets, shortened, and visible. */
export function quoted(value: unknown): string {
  const isText = typeof value === 'string';
  const text = isText ? value : (JSON.stringify(value, secretless) ?? String(value));
  if (!isText) return visible(shortened(text));
  const harmless = withoutSecrets(value, true);
  const cut = JSON.stringify(harmless.slice(0, mostOfValue));
  return visible(harmless.length > mostOfValue ? `${cut}… (${harmless.length} characters)` : cut);
}

/** For `JSON.stringify`: texts without their secrets. */
export const secretless = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? withoutSecrets(value) : value;

/** A text that can leave the program as a message: without secrets, visible, and with its long words and lines shortened. */
export const presentable = (text: string): string =>
  visible(
    withoutSecrets(text)
      .split('\n')
      .map(line => {
        if (line.length <= mostOfWord) return line;
        const words = line.split(/(\s+)/).map(word => shortened(word, mostOfWord));
        return shortened(words.join(''), mostOfLine);
      })
      .join('\n'),
  );
