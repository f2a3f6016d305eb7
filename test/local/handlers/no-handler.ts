export const handle = async () => 'nobody calls this';
