/** Each line with a use of something deprecated; a linter must name every one of them, and nothing else. */
import type { Desk, Nickname, PeopleClient, Person } from "./typescript/people/index.js";
import { useOld } from "./react/people/react.js";
import { useOld as useOldInVue } from "./vue/people/vue.js";
import { injectOld } from "./angular/people/angular.js";

export const type: Nickname = "ada";
export const property = (person: Person) => person.nick;
export const relay = (desk: Desk) => desk.wave;
export const request = (desk: Desk) => desk.rename("ada");
export const channel = (client: PeopleClient) => client.old();
export const inReact = () => useOld();
export const inVue = () => useOldInVue();
export const inAngular = () => injectOld();
