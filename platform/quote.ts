/** Characters of one thing received that a message repeats: enough to recognise it. */
const QUOTED_CHARACTERS = 80;

/** Names of a list that a message repeats. */
const NAMED = 8;

/** Most characters of an error's message, wherever it goes. */
export const MESSAGE_MAX_CHARACTERS = 16_384;

/** Control characters, and those that turn the direction of writing (Unicode UAX #9), line ends left out. */
const UNSEEN = /(?!\n)[\p{Cc}\u{202a}-\u{202e}\u{2066}-\u{2069}]/gu;

/** A text that shows what is in it: nothing of it commands a terminal, or makes it look like another text. */
export const printable = (text: string): string => text.replace(UNSEEN, '\u{FFFD}');

/** The same on one line. */
const visible = (text: string): string => printable(text).replaceAll('\n', '\u{FFFD}');

/** A text of at most `most` characters, and how many there were. */
export const shorten = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`;

/**
 * A URL of the web without user name, password, query and fragment, where signatures and tokens are (presigned URLs);
 * any other text as it is. What looks like such a URL and is none may hold them anywhere: of that only the scheme is left.
 */
export const withoutSecrets = (text: string): string => {
  if (!/^https?:/i.test(text)) return text;
  const url = URL.parse(text);
  if (url === null) return `${text.slice(0, text.indexOf(':'))}:…`;
  return `${url.protocol}//${url.host}${url.pathname}${url.search === '' ? '' : '?…'}`;
};

/** Characters of a URL, or of a configuration, that a message begins with. */
const LONG_CHARACTERS = 300;

/** A URL as messages and logs call it: short, on one line, without secrets. */
export const nameUrl = (url: string): string => shorten(visible(withoutSecrets(url)), LONG_CHARACTERS);

/** A small document as JSON, cut where it is none: what a configuration says. */
export const quoteJson = (value: unknown): string =>
  shorten(JSON.stringify(value) ?? 'nothing', LONG_CHARACTERS);

/** Some of many names, and how many more there are. */
export const nameSome = (names: readonly string[]): string => {
  const some = names.slice(0, NAMED).map((name) => visible(shorten(name, QUOTED_CHARACTERS)));
  const more = names.length - some.length;
  return `${some.join(', ')}${more > 0 ? ` and ${more} more` : ''}` || '(none)';
};

/**
 * What was received, as every message says it: on one line, short however large it was, and without a URL's secrets. A
 * text is quoted as JSON, an object told by its keys, a list as one.
 */
export const quote = (received: unknown, most = QUOTED_CHARACTERS): string => {
  switch (typeof received) {
    case 'string': {
      const text = withoutSecrets(received.slice(0, 4096));
      const rest = received.length > most ? `… (${received.length} characters)` : '';
      return `${visible(JSON.stringify(text.slice(0, most)))}${rest}`;
    }
    case 'object':
      if (received === null) return 'null';
      return Array.isArray(received) ? 'an array' : `an object with keys ${nameSome(Object.keys(received))}`;
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(received);
    case 'function':
    case 'symbol':
      return `a ${typeof received}`;
    default:
      // `typeof` narrows nothing here: these are all there are
      return 'nothing';
  }
};

/** Faults that a message names. */
const FAULTS_NAMED = 5;

const FAULT_CHARACTERS = 300;

/** What is wrong with a value, and inside which of its properties: the first faults, and how many more there are. */
export const faultsOf = (
  issues: readonly { readonly message: string; readonly path: readonly PropertyKey[] }[],
): string => {
  const named = issues.slice(0, FAULTS_NAMED).map(({ message, path }) => {
    const place = path.length > 0 ? `${shorten(path.map(String).join('.'), FAULT_CHARACTERS)}: ` : '';
    return `${place}${shorten(message, FAULT_CHARACTERS)}`;
  });
  const more = issues.length - named.length;
  return `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
};
