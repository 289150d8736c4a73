namespace CaBridge.Server.Live;

/// <summary>A question cannot be answered as it was asked; the message names the field, and what it may be.</summary>
internal sealed class QuestionException(string message) : Exception(message);
