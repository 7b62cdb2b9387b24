import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

/** The parts of an SBOM in CycloneDX that tests read. */
export interface CycloneDx {
  readonly serialNumber: string;
  readonly metadata: {
    readonly component: { readonly name: string };
    readonly properties: readonly { readonly name: string; readonly value: string }[];
  };
  readonly components: readonly {
    readonly 'bom-ref': string;
    readonly name: string;
    readonly version?: string;
    readonly purl: string;
    readonly cpe?: string;
    readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
    readonly properties: readonly { readonly name: string; readonly value: string }[];
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/** The same of one in SPDX. */
export interface Spdx {
  readonly creationInfo: { readonly created: string };
  readonly packages: readonly {
    readonly name: string;
    readonly licenseDeclared?: string;
    readonly sourceInfo?: string;
    readonly externalRefs?: readonly { readonly referenceType: string; readonly referenceLocator: string }[];
  }[];
  readonly hasExtractedLicensingInfos: readonly { readonly licenseId: string }[];
}

let validate: ValidateFunction | undefined;

/** The faults that the official schema of CycloneDX 1.5 finds, which CycloneDX's own library ships; none if it is valid. */
export function cycloneDxFaults(sbom: unknown): readonly ErrorObject[] {
  validate ??= compile();
  return validate(sbom) ? [] : (validate.errors ?? []);
}

function compile(): ValidateFunction {
  const library = createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json');
  const schema = (name: string): object =>
    JSON.parse(readFileSync(new URL(`res/schema/${name}.SNAPSHOT.schema.json`, `file://${library}`), 'utf8'));
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const name of ['spdx', 'jsf-0.82']) {
    ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  }
  return ajv.compile(schema('bom-1.5'));
}
