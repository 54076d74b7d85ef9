/** What users of a contract with brands and deprecations see; what must not compile is marked, and `tsc` checks that. */
import {
  type Cents,
  type Desk,
  type DeskParams,
  type Login,
  type Mood,
  type PeopleClient,
  type Person,
  type Slug,
  type UserId,
  cents,
  isUserId,
  slug,
  userId,
} from "./typescript/people/index.js";
import { useDesk } from "./react/people/react.js";
import { useDesk as useDeskInVue } from "./vue/people/vue.js";
import { injectDesk } from "./angular/people/angular.js";

declare const client: PeopleClient;
declare const ada: Person;
const id: UserId = userId("0189b0de-0000-7000-8000-000000000000");
const price: Cents = cents(250);
const short: Slug = slug("ada");

export function brandsAreWhatTheyAreMadeOf(): void {
  const text: string = id;
  const number: number = price + 1;
  const person: Person = { ...ada, id, balance: price, slug: short, friends: [id], seen: { [id]: price }, boss: null };
  const wished: Person = { ...ada, boss: id, mood: "fine" satisfies Mood };
  void [text, number, person, wished];
}

export function brandsAreNotMixedUp(): void {
  // @ts-expect-error a string is no `UserId`
  const plain: UserId = "0189b0de-0000-7000-8000-000000000000";
  // @ts-expect-error nor is another brand
  const other: UserId = short;
  // @ts-expect-error a number is no `Cents`
  const amount: Cents = 250;
  // @ts-expect-error what is calculated is a plain number again
  const sum: Cents = price + price;
  // @ts-expect-error in lists
  const friends: Person["friends"] = ["ada"];
  // @ts-expect-error in maps
  const seen: Person["seen"] = { ada: 1 };
  // @ts-expect-error a `UserId` is not made of a number
  userId(7);
  void [plain, other, amount, sum, friends, seen];
}

export function brandsAreAskedOfUsers(desk: Desk): void {
  client.desk({ id });
  // @ts-expect-error the address takes a `UserId`
  client.desk({ id: "ada" });
  desk.pay(price);
  // @ts-expect-error the event carries `Cents`
  desk.pay(250);
  desk.on("changed", (person) => {
    const of: UserId = person.id;
    void of;
  });
}

export function hooksAskForThemToo(params: DeskParams): void {
  useDesk({ id });
  useDeskInVue(() => params);
  injectDesk(() => ({ id }));
  // @ts-expect-error React
  useDesk({ id: "ada" });
  // @ts-expect-error Vue
  useDeskInVue({ id: "ada" });
  // @ts-expect-error Angular
  injectDesk(() => ({ id: "ada" }));
}

export function aGuardNarrows(found: unknown, text: string): UserId | null {
  if (isUserId(found)) return found;
  if (!isUserId(text)) {
    // @ts-expect-error not here
    const none: UserId = text;
    return none;
  }
  return text;
}

export function inputsAreReadonly(login: Login, person: Person): void {
  // @ts-expect-error a property
  login.password = "changed";
  // @ts-expect-error an item
  if (person.friends !== undefined) person.friends[0] = id;
  // @ts-expect-error an entry
  if (person.seen !== undefined) person.seen["ada"] = price;
}
