namespace CaBridge.Agent;

/// <summary>An option cannot be used, or a file that one names; the message says why.</summary>
public sealed class UsageException(string message, Exception? innerException = null) : Exception(message, innerException);
