process.env.HOST = "127.0.0.1";
