process.env.PORT = "3001";
