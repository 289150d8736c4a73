namespace CaBridge.Server.Security;

/// <summary>The server cannot start as it was told to; the message says why, and what to do.</summary>
internal sealed class StartException(string message) : Exception(message);
