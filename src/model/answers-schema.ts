import { typeOf } from './answers.ts';
import { questionNamed, questionNames } from './questions.ts';

/** The JSON schema (draft 2020-12) of an answers file. */
export function answersSchema(): object {
  const properties = questionNames.map(name => {
    const question = questionNamed(name);
    const type = typeOf(question);
    const items = type === 'array' ? { items: { type: 'string' } } : {};
    return [name, { type, ...items, description: `${question.help}. Example: ${question.example}` }] as const;
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Answers for generator-nix-python-container',
    type: 'object',
    properties: { $schema: { type: 'string' }, ...Object.fromEntries(properties) },
    additionalProperties: false,
  };
}
