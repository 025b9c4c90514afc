require ["fileinto", "editheader"];
