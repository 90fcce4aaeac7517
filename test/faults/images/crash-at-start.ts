console.error("a setting is missing");
process.exit(3);
