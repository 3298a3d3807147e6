/** E-mail addresses that may be a person's: no examples, no addresses of roles, no placeholders. */
export function emailsIn(text: string): readonly string[] {
  if (!text.includes('@')) return [];
  return matches(text, email).filter((found) => {
    const [name = '', domain = ''] = found.toLowerCase().split('@');
    return !exampleDomain.test(domain) && !roleName.test(name);
  });
}

/** Phone numbers, written internationally or as in North America; numbers kept for fiction are left out. */
export function phonesIn(text: string): readonly string[] {
  if (!digits.test(text)) return [];
  const american = matches(text, northAmerican).filter((found) => !isFictional(found));
  const international = matches(text, withCountry).filter((found) => {
    const plain = found.replace(/\D/gu, '');
    return plain.length >= 9 && plain.length <= 15 && !isPattern(plain) && !isFictional(found);
  });
  return [
    ...new Set([
      ...international,
      ...american.filter((one) => !international.some((other) => other.includes(one))),
    ]),
  ];
}

/** Numbers of payment cards, bank accounts (IBAN) and US social security whose form and check digits fit. */
export function accountsIn(text: string): readonly string[] {
  if (!digits.test(text)) return [];
  return [
    ...matches(text, card).filter((found) => isCard(found.replace(/\D/gu, ''))),
    ...matches(text, iban).filter((found) => isIban(found.replace(/ /gu, ''))),
    ...matches(text, socialSecurity).filter((found) => !knownSocialSecurity.has(found)),
  ];
}

/** The text with what `find` finds in it replaced. */
export function replaced(text: string, find: (text: string) => readonly string[], by: string): string {
  return [...find(text)]
    .sort((a, b) => b.length - a.length)
    .reduce((result, one) => result.replaceAll(one, by), text);
}

// Every repetition is bounded, and a match begins where none could have begun before it.
const email = /(?<![\w.%+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}(?![\w-])/gu;
const digits = /\d[\d ().-]{6,}\d/u;
const withCountry = /(?<![\w+])\+\d{1,3}[ .-]?\(?\d{1,4}\)?(?:[ .-]?\d{2,4}){2,5}(?![\w-])/gu;
const northAmerican =
  /(?<![\w.+/=-])(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[.-])[2-9]\d{2}[.-]\d{4}(?![\w-])/gu;
const card = /(?<![\d.,-])[3-6]\d{3}(?:[ -]?\d){9,15}(?![\d-])/gu;
const iban = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/gu;
const socialSecurity = /(?<![\w.-])(?!000|666)[0-8]\d{2}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/gu;

/** Numbers printed in advertisements and guides. */
const knownSocialSecurity: ReadonlySet<string> = new Set([
  '078-05-1120',
  '123-45-6789',
  '219-09-9999',
  '111-22-3333',
  '123-12-1234',
]);

/** Domains kept for examples (RFC 2606, RFC 6761), and those that writers of examples make up. */
const exampleDomain =
  /(?:^|\.)(?:example|test|invalid|localhost|local)$|(?:^|[.-])example(?:s|domain|company|site|email|mail)?\.|^(?:(?:my|your|our|the|some|any)[a-z-]*|email|e-?mail|domain|company|business|website|site|test|abc|xyz|xxx+|acme|foo|bar|foobar|provider|organi[sz]ation|university|school|institution|firm|startup|host|server)\.[a-z.]+$/u;

const roleName =
  /^(?:info|support|contact|contactus|help|helpdesk|sales|admin|administrator|hello|hi|press|media|noreply|no-reply|donotreply|jobs|careers|hr|office|team|service|customerservice|customercare|care|marketing|billing|webmaster|postmaster|privacy|legal|security|feedback|enquiries|inquiries|rsvp|events|booking|bookings|reservations|orders|news|newsletter|subscribe|unsubscribe|abuse|root|user|username|name|yourname|firstname|lastname|first\.last|firstname\.lastname|email|e-?mail|you|your[._-]?name|your[._-]?email|someone|somebody|anyone|me|example|test|tester|john\.?doe|jane\.?doe|j\.?doe|jdoe|johnsmith|john\.smith|janesmith|jane\.smith|x+|abc|foo|bar)$/u;

function matches(text: string, pattern: RegExp): string[] {
  return [...new Set(text.match(pattern) ?? [])];
}

/** 555 as exchange or area (the North American plan keeps 555-01xx for fiction, and writers use all of it). */
function isFictional(found: string): boolean {
  const plain = found.replace(/\D/gu, '').replace(/^1(?=\d{10}$)/u, '');
  return plain.slice(0, 3) === '555' || plain.slice(3, 6) === '555' || isPattern(plain);
}

/** `123-456-7890`, `1111111111` and the like. */
function isPattern(plain: string): boolean {
  return (
    /^(\d)\1+$/u.test(plain) ||
    '01234567890123456789'.includes(plain) ||
    /1234567|2345678|(\d)\1{5}/u.test(plain)
  );
}

/** Numbers that card networks publish for testing. */
const testCards: ReadonlySet<string> = new Set([
  '4111111111111111',
  '4242424242424242',
  '4012888888881881',
  '4222222222222',
  '4000056655665556',
  '4000000000000002',
  '5555555555554444',
  '5105105105105100',
  '5200828282828210',
  '5425233430109903',
  '2223003122003222',
  '378282246310005',
  '371449635398431',
  '378734493671000',
  '6011111111111117',
  '6011000990139424',
  '3530111333300000',
  '3566002020360505',
  '30569309025904',
  '38520000023237',
  '5454545454545454',
  '4916338506082832',
  '4539578763621486',
  '4532015112830366',
  '4532756279624064',
]);

const cardForm =
  /^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d{2}|4[4-9]\d)\d{12}|35\d{14})$/u;

function isCard(plain: string): boolean {
  return (
    cardForm.test(plain) &&
    !testCards.has(plain) &&
    !isPattern(plain) &&
    new Set(plain).size > 4 &&
    luhn(plain)
  );
}

function luhn(plain: string): boolean {
  let sum = 0;
  for (let at = 0; at < plain.length; at += 1) {
    const digit = Number(plain[plain.length - 1 - at]);
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Numbers that banks and guides print as examples. */
const exampleIbans: ReadonlySet<string> = new Set([
  'DE89370400440532013000',
  'GB82WEST12345698765432',
  'GB29NWBK60161331926819',
  'FR1420041010050500013M02606',
  'GB33BUKB20201555555555',
  'NL91ABNA0417164300',
  'ES9121000418450200051332',
  'IT60X0542811101000000123456',
  'CH9300762011623852957',
  'BE68539007547034',
  'AT611904300234573201',
]);

/** ISO 13616: the number read with the country behind it leaves 1 when divided by 97. */
function isIban(plain: string): boolean {
  if (plain.length < 15 || plain.length > 34 || exampleIbans.has(plain)) return false;
  let rest = 0;
  for (const character of plain.slice(4) + plain.slice(0, 4)) {
    for (const digit of parseInt(character, 36).toString()) rest = (rest * 10 + Number(digit)) % 97;
  }
  return rest === 1;
}
