/** Each Angular serves applications with zones and without; these tests run as the one that `project.ts` says. */
import { type EnvironmentProviders, provideZoneChangeDetection, provideZonelessChangeDetection } from "@angular/core";

export const hasZones: boolean = "Zone" in globalThis;

export function changeDetection(): EnvironmentProviders {
  return hasZones ? provideZoneChangeDetection() : provideZonelessChangeDetection();
}
