const kept: Buffer[] = [];
setInterval(() => kept.push(Buffer.alloc(16 * 1024 * 1024, 1)), 5);
