export const handler = 'a text';
