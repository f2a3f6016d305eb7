const missing = 'a-package-that-is-not-there';
await import(missing);

export const handler = async () => 'never';
