/** What asks for React, and where version 18 of it stands. */
export const REACT = /^(react|react-dom)(\/.*)?$/;

export function eighteen(specifier: string): string {
  return specifier.replace(REACT, "$118$2");
}
